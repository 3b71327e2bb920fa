namespace Aspire.Hosting.ApplicationModel;

public sealed record ResourceStateSnapshot(string Text);
