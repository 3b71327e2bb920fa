namespace Aspire.Hosting.ApplicationModel;

internal sealed record HttpCommand(string Name, string Path, string DisplayName, Endpoint Endpoint, HttpCommandOptions Options);
