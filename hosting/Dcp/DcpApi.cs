using System.Text.Json;
using System.Text.Json.Serialization;

namespace Aspire.Hosting.Dcp;

/// <summary>What all objects of DCP share.</summary>
internal static class DcpApi
{
    public const string ApiVersion = "usvc-dev.developer.microsoft.com/v1";

    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static DcpObject<TSpec, TStatus> Create<TSpec, TStatus>(string kind, string name, TSpec spec, Dictionary<string, string>? annotations = null)
        where TStatus : class => new(ApiVersion, kind, new DcpMetadata(name, annotations), spec, null);
}
