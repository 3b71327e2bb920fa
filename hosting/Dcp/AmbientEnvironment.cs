namespace Aspire.Hosting.Dcp;

internal sealed record AmbientEnvironment(string Behavior);
