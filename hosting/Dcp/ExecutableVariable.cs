namespace Aspire.Hosting.Dcp;

internal sealed record ExecutableVariable(string Name, string Value);
