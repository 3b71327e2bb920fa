namespace Aspire.Hosting.ApplicationModel;

internal sealed record HttpHealthCheck(string Path, Endpoint Endpoint)
{
    public string Key => $"{Endpoint.Service}_{Path}_200_check";
}
