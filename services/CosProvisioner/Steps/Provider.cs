namespace TempoCos.CosProvisioner.Steps;

/// <summary>Who keeps the bucket.</summary>
internal static class Provider
{
    public const string Ibm = "ibm";

    /// <summary>Any store that speaks S3: a bucket there, and credentials that were given.</summary>
    public const string S3 = "s3";
}
