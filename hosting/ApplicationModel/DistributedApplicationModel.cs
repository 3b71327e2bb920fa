namespace Aspire.Hosting.ApplicationModel;

public sealed record DistributedApplicationModel(IReadOnlyList<Resource> Resources);
