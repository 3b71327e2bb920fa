namespace TempoCos.CosProvisioner.Steps;

/// <summary>Names of what the ledger keeps beside kind, name and id.</summary>
internal static class Place
{
    public const string ResourceGroupId = "resource_group_id";
    public const string InstanceGuid = "instance_guid";
    public const string Region = "region";
    public const string EndpointType = "endpoint_type";

    /// <summary>Of a key that took the place of another: 2 and more.</summary>
    public const string Generation = "generation";

    /// <summary>Present when the name was made of prefix and run id, and so is nobody else's.</summary>
    public const string Derived = "derived";
}
