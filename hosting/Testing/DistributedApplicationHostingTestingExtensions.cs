namespace Aspire.Hosting.Testing;

/// <summary>The running application in the hands of a test.</summary>
public static class DistributedApplicationHostingTestingExtensions
{
    public static HttpClient CreateHttpClient(this DistributedApplication app, string resourceName, string endpointName) =>
        new() { BaseAddress = app.GetEndpoint(resourceName, endpointName) };

    public static Uri GetEndpoint(this DistributedApplication app, string resourceName, string endpointName)
    {
        var program = app.Services.GetRequiredService<DistributedApplicationModel>().Resources.OfType<ProgramResource>().FirstOrDefault(program => program.Name == resourceName)
            ?? throw new ArgumentException($"There is no resource '{resourceName}' with endpoints.", nameof(resourceName));
        return new Uri(program.GetEndpoint(endpointName).Url);
    }
}
