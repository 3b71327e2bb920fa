namespace TempoCos.IbmCloud.Admin;

/// <summary>Everything that exists, without secrets.</summary>
public sealed record Inventory(
    string AccountId,
    InventoryGroup[] ResourceGroups,
    InventoryInstance[] ResourceInstances,
    Dictionary<string, int> InstancesByState,
    InventoryKey[] ResourceKeys,
    InventoryReclamation[] Reclamations,
    InventoryBucket[] Buckets);
