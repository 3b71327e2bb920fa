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

    /// <summary>What is asked for; where that is silent, what is configured here.</summary>
    public ProvisionRequest Complete(ProvisionRequest? asked)
    {
        var place = new ProvisionRequest
        {
            Region = Region,
            ResourceGroup = ResourceGroup,
            ServiceInstance = ServiceInstance,
            Bucket = Bucket,
            StorageClass = StorageClass,
            EndpointType = EndpointType,
            Namespace = Namespace,
        };

        // An empty field is no field in protobuf: merging takes over those that are filled in.
        place.MergeFrom(asked ?? new ProvisionRequest());
        return place;
    }
}
