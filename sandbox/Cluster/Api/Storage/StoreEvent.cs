namespace TempoCos.Cluster.Api.Storage;

/// <summary>A change of one object: what it is now (for a deletion, what it was, at the deletion's version) and what it was before.</summary>
public sealed record StoreEvent(StoreEventKind Kind, StoredObject Stored, StoredObject? Previous);
