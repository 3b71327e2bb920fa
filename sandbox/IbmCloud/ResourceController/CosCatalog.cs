namespace TempoCos.IbmCloud.ResourceController;

/// <summary>Cloud Object Storage in the global catalog.</summary>
public static class CosCatalog
{
    public const string Service = "cloud-object-storage";
    public const string Location = "global";
    public const string ResourceId = "dff97f5c-bc5e-4455-b470-411c3edbe49c";
    public const string StandardPlan = "744bfc56-d12c-4866-88d5-dac9139e0e5d";
    public const string OneRatePlan = "1e4e33e4-cfa6-4f12-9016-be594a6d5f87";
    public const string LitePlan = "2fdf0c08-2d32-4f46-84b5-32e0c92fffd8";
}
