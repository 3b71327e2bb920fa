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

    /// <summary>Present when it was there before and is to stay.</summary>
    public const string Adopted = "adopted";

    /// <summary>Present when it stands on a service instance that was there before, beside things of others.</summary>
    public const string OnAdopted = "on_adopted";

    /// <summary>Present when the bucket is, or is about to be, closed to all but some addresses.</summary>
    public const string Firewall = "firewall";

    /// <summary>Address of a store that is not IBM's; present for its buckets only.</summary>
    public const string Endpoint = "endpoint";
}
