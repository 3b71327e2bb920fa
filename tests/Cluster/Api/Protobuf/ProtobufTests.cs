using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Protobuf;
using TempoCos.Cluster.Api.Resources;

namespace TempoCos.Cluster.Tests.Api.Protobuf;

/// <summary>Bodies as controllers written in Go send them. statefulset.txt is one as client-go 0.36 wrote it, and the same object in JSON.</summary>
public sealed class ProtobufTests
{
    [Fact]
    public async Task A_controllers_object_loses_nothing()
    {
        var (body, expected) = StatefulSet();
        Cleaned(ProtobufBody.Parse(body)).ToJsonString().ShouldBe(Cleaned(expected).ToJsonString());

        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        using var http = cluster.Http();
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(ProtobufBody.MediaType) } };
        using var answer = await http.PostAsync(new Uri("apis/apps/v1/namespaces/default/statefulsets", UriKind.Relative), content, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        var pod = KubernetesJson.Deserialize<V1StatefulSet>(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Spec.Template.Spec;
        pod.Containers[0].Env[1].ValueFrom.SecretKeyRef.Key.ShouldBe("access_key_id");
        pod.Containers[0].ReadinessProbe.HttpGet.Port.Value.ShouldBe("http");
        pod.Volumes[2].Projected.Sources[0].ServiceAccountToken.ExpirationSeconds.ShouldBe(3607);
    }

    [Fact]
    public void Every_kind_that_is_built_in_can_be_read() =>
        BuiltInResources.Types.Where(type => type.Kind != "CustomResourceDefinition" && KnownMessages.Find(type.ApiVersion, type.Kind) is null).ShouldBeEmpty();

    [Fact]
    public void What_is_cut_off_or_unknown_is_refused()
    {
        var (body, _) = StatefulSet();
        Should.Throw<ApiException>(() => ProtobufBody.Parse(body[..^9])).Code.ShouldBe(400);
        Should.Throw<ApiException>(() => ProtobufBody.Parse(body[4..])).Code.ShouldBe(400);
        var renamed = body.ToArray();
        renamed[Array.IndexOf(renamed, (byte)'S')] = (byte)'X';
        Should.Throw<ApiException>(() => ProtobufBody.Parse(renamed)).Code.ShouldBe(415);
    }

    [Fact]
    public void Values_that_are_none_are_refused()
    {
        ProtobufBody.Parse(Revision(Field(2, Field(1, "{}"u8)))).At("data").ShouldBeOfType<JsonObject>();
        Should.Throw<ApiException>(() => ProtobufBody.Parse(Revision(Field(2, Field(1, "{"u8))))).Code.ShouldBe(400);
        Should.Throw<ApiException>(() => ProtobufBody.Parse(Revision(Field(1, Field(8, [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]))))).Code.ShouldBe(400);
    }

    private static byte[] Revision(byte[] fields) =>
        [.. "k8s\0"u8, .. Field(1, [.. Field(1, "apps/v1"u8), .. Field(2, "ControllerRevision"u8)]), .. Field(2, fields)];

    private static byte[] Field(int number, ReadOnlySpan<byte> content) => [(byte)((number << 3) | 2), (byte)content.Length, .. content];

    private static (byte[] Body, JsonObject Expected) StatefulSet()
    {
        using var file = new StreamReader(typeof(ProtobufTests).Assembly.GetManifestResourceStream("statefulset.txt")!);
        var parts = file.ReadToEnd().ReplaceLineEndings("\n").Split("\n\n", 2);
        return (Convert.FromBase64String(parts[0]), (JsonObject)JsonNode.Parse(parts[1])!);
    }

    /// <summary>Without what is null, which JSON may leave out, and with fields in the order of their names.</summary>
    private static JsonObject Cleaned(JsonObject given) =>
        new(given.Where(field => field.Value is not null).OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => KeyValuePair.Create(field.Key, Cleaned(field.Value))));

    private static JsonNode? Cleaned(JsonNode? given) => given switch
    {
        JsonObject map => Cleaned(map),
        JsonArray list => list.Select(Cleaned).ToJsonArray(),
        _ => given?.DeepClone(),
    };
}
