namespace Aspire.Hosting.ApplicationModel;

public sealed record ResourceEvent(Resource Resource, CustomResourceSnapshot Snapshot);
