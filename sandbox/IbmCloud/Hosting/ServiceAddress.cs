using TempoCos.IbmCloud.Traffic;

namespace TempoCos.IbmCloud.Hosting;

/// <summary>Which service a request is for, and the path below that service's root.</summary>
public readonly record struct ServiceAddress(string Service, string[] Path)
{
    /// <summary>By the real host name, or by the path's prefix; what names neither is S3.</summary>
    public static ServiceAddress Of(string host, RequestTarget target)
    {
        if (ServiceOfHost(host) is { } real)
        {
            return Split(real, target.Segments());
        }

        return target.Path.StartsWith("/_/", StringComparison.Ordinal)
            && target.Segments() is [_, var prefix, .. var rest]
            && ServiceOfPrefix(prefix) is { } service
                ? Split(service, rest)
                : new ServiceAddress(CloudService.S3, []);
    }

    private static string? ServiceOfHost(string host) => host switch
    {
        "iam.cloud.ibm.com" => CloudService.Iam,
        "resource-controller.cloud.ibm.com" => CloudService.ResourceController,
        "control.cloud-object-storage.cloud.ibm.com" => CloudService.Control,
        "config.cloud-object-storage.cloud.ibm.com" => CloudService.BucketConfiguration,
        "api.global-search-tagging.cloud.ibm.com" => CloudService.Search,
        "tags.global-search-tagging.cloud.ibm.com" => CloudService.Tags,
        "globalcatalog.cloud.ibm.com" => CloudService.Catalog,
        _ => null,
    };

    private static string? ServiceOfPrefix(string prefix) => prefix switch
    {
        "iam" => CloudService.Iam,
        "resource-controller" => CloudService.ResourceController,
        "control" => CloudService.Control,
        "config" => CloudService.BucketConfiguration,
        "global-search" => CloudService.Search,
        "tags" => CloudService.Tags,
        "global-catalog" => CloudService.Catalog,
        "admin" => CloudService.Admin,
        _ => null,
    };

    /// <summary>Resource manager and resource controller share their host.</summary>
    private static ServiceAddress Split(string service, string[] path) =>
        new(service == CloudService.ResourceController && path is ["v2", "resource_groups", ..] ? CloudService.ResourceManager : service, path);
}
