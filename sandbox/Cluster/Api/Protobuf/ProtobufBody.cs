using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Protobuf;

/// <summary>
/// Bodies that kubectl's own <c>create</c> commands and most controllers written in Go send as protobuf: the magic number, then
/// <c>runtime.Unknown</c> with the type (1) and the object (2). Built-in kinds only; everything else comes as JSON. Answers are JSON always,
/// which such clients accept as well.
/// </summary>
public static class ProtobufBody
{
    public const string MediaType = "application/vnd.kubernetes.protobuf";

    private static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    public static JsonObject Parse(byte[] body)
    {
        if (!body.AsSpan().StartsWith(Magic))
        {
            throw ApiException.BadRequest("the body of the request does not start as protobuf of Kubernetes does");
        }

        try
        {
            var envelope = KnownMessages.Envelope.Read(body.AsSpan(Magic.Length).ToArray());
            var kind = envelope.Text("typeMeta", "kind") ?? "";
            var message = KnownMessages.Find(envelope.Text("typeMeta", "apiVersion") ?? "", kind)
                ?? throw ApiException.UnsupportedMediaType($"{MediaType} with {kind}", "application/json", "application/yaml");
            var content = message.Read(Convert.FromBase64String(envelope.Text("raw") ?? ""));
            content["apiVersion"] = envelope.Text("typeMeta", "apiVersion");
            content["kind"] = kind;
            return content;
        }
        catch (Exception problem) when (problem is InvalidProtocolBufferException or JsonException or ArgumentOutOfRangeException)
        {
            throw ApiException.BadRequest($"error decoding the body of the request: {problem.Message}");
        }
    }
}
