using TempoCos.Contracts;

namespace TempoCos.Pipeline.Runs;

/// <summary>Section <c>TempoCos</c> of the configuration.</summary>
internal sealed class PipelineOptions
{
    /// <summary>Directory of runs, receipts and ledgers.</summary>
    public string Home { get; set; } = RunDirectory.Home();

    public string Region { get; set; } = "";

    public string ResourceGroup { get; set; } = "";

    public string ServiceInstance { get; set; } = "";

    public string Bucket { get; set; } = "";

    public string StorageClass { get; set; } = "";

    public string EndpointType { get; set; } = "";

    public string Namespace { get; set; } = "";

    /// <summary>Of derived names.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>ibm, or s3 for any other store.</summary>
    public string Provider { get; set; } = "";

    public string S3Endpoint { get; set; } = "";

    /// <summary>Kinds with commas between them.</summary>
    public string Adopt { get; set; } = "";

    /// <summary>What is asked for; where that is silent, what is configured here.</summary>
    public ProvisionRequest Complete(ProvisionRequest? asked)
    {
        var place = new ProvisionRequest
        {
            Prefix = Prefix,
            Provider = Provider,
            S3Endpoint = S3Endpoint,
            Region = Region,
            ResourceGroup = ResourceGroup,
            ServiceInstance = ServiceInstance,
            Bucket = Bucket,
            StorageClass = StorageClass,
            EndpointType = EndpointType,
            Namespace = Namespace,
        };
        if (asked is not { Adopt.Count: > 0 })
        {
            place.Adopt.AddRange(Adopt.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }

        // An empty field is no field in protobuf: merging takes over those that are filled in.
        place.MergeFrom(asked ?? new ProvisionRequest());
        return place;
    }
}
