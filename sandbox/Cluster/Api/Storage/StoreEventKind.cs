namespace TempoCos.Cluster.Api.Storage;

public enum StoreEventKind
{
    Added,
    Modified,
    Deleted,
}
