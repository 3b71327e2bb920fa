using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Text;
using Google.Protobuf;
using Snappier;
using TempoCos.Otlp;
using TempoCos.Tempo.Http;
using TempoCos.TempoBlocks;
using ZstdSharp;
using Status = Google.Rpc.Status;

namespace TempoCos.Tempo.Tests;

/// <summary>Exports that no good sender makes. Each is answered, the process stays, and what comes next is taken.</summary>
public sealed class BadInputTests : IAsyncLifetime
{
    private const string Json = "application/json";
    private const string Protobuf = "application/x-protobuf";
    private readonly TemporaryDirectory _directory = new();
    private SingleProcess _tempo = null!;
    private int _sent;

    public async ValueTask InitializeAsync() => _tempo = await SingleProcess.StartAsync(_directory);

    public async ValueTask DisposeAsync()
    {
        await _tempo.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Ids_of_the_wrong_length_or_all_zero_refuse_the_request()
    {
        await RefusedAsync(Bytes(span => span.TraceId = Id(8)), 13, "unmarshal: invalid TraceID length");
        await RefusedAsync(Bytes(span => span.TraceId = Id(17)), 13, "unmarshal: invalid TraceID length");
        await RefusedAsync(Bytes(span => span.SpanId = Id(5)), 13, "unmarshal: invalid SpanID length");
        await RefusedAsync(Bytes(span => span.ParentSpanId = Id(9)), 13, "unmarshal: invalid SpanID length");
        await RefusedAsync(Bytes(span => span.Links.Add(new Span.Types.Link { TraceId = Id(3) })), 13, "unmarshal: invalid TraceID length");
        await RefusedAsync(Bytes(span => span.TraceId = ByteString.Empty), 3, "trace ids must be 128 bit, received 0 bits");
        await RefusedAsync(Bytes(span => span.TraceId = ByteString.CopyFrom(new byte[16])), 3, "trace ids must be 128 bit, received 0 bits");
        await RefusedAsync(Bytes(span => span.SpanId = ByteString.Empty), 3, "span ids must be 64 bit and not all zero, received 0 bits");
        await RefusedAsync(Bytes(span => span.SpanId = ByteString.CopyFrom(new byte[8])), 3, "span ids must be 64 bit and not all zero, received 0 bits");
    }

    [Fact]
    public async Task One_bad_span_refuses_the_good_ones_beside_it()
    {
        var good = Request(_ => { });
        var id = Sending.Id(new TracesData { ResourceSpans = { good.ResourceSpans } });
        var bad = good.ResourceSpans[0].ScopeSpans[0].Spans[0].Clone();
        bad.TraceId = ByteString.Empty;
        good.ResourceSpans[0].ScopeSpans[0].Spans.Add(bad);

        await RefusedAsync(good.ToByteArray(), 3, "trace ids must be 128 bit, received 0 bits");

        (await _tempo.Http.GetAsync($"/api/traces/{id}", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Cut_off_at_any_byte_a_request_is_refused_or_taken_but_never_fails()
    {
        var whole = Bytes(span => span.Attributes.Add(new KeyValue { Key = "k", Value = new() { StringValue = "v" } }));
        for (var length = 1; length < whole.Length; length++)
        {
            var (status, message) = await ExportAsync(whole[..length]);
            status.ShouldBe(13, $"at byte {length}");
            message.ShouldBe("grpc: error unmarshalling request: unexpected EOF");
        }

        await StillWorksAsync();
    }

    [Fact]
    public async Task Flipped_bits_are_refused_or_taken_but_never_fail()
    {
        var whole = Bytes(span => span.Attributes.Add(new KeyValue { Key = "k", Value = new() { ArrayValue = new() { Values = { new AnyValue { IntValue = 5 } } } } }));
        for (var bit = 0; bit < whole.Length * 8; bit += 3)
        {
            var bytes = whole.ToArray();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            (await ExportAsync(bytes)).Status.ShouldBeOneOf(0, 3, 13);
        }

        await StillWorksAsync();
    }

    [Theory]
    [InlineData(new byte[] { 0x08, 0x01 }, "proto: wrong wireType = 0 for field 1 of ExportTraceServiceRequest")]
    [InlineData(new byte[] { 0x0b, 0x0c }, "proto: wrong wireType = 3 for field 1 of ExportTraceServiceRequest")]
    [InlineData(new byte[] { 0x7b, 0x7c }, "proto: illegal wireType 3")]
    [InlineData(new byte[] { 0x02, 0x00 }, "proto: illegal field number 0")]
    [InlineData(new byte[] { 0x0a, 0xff, 0xff, 0xff, 0xff, 0x07, 0x61 }, "unexpected EOF")]
    [InlineData(new byte[] { 0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01 }, "proto: integer overflow")]
    public Task Bytes_that_are_no_protobuf_are_refused(byte[] bytes, string message) => RefusedAsync(bytes, 13, message);

    [Theory]
    [InlineData(42, true)]
    [InlineData(43, false)]
    [InlineData(10_000, false)]
    public async Task Values_are_nested_so_deep_and_no_deeper(int levels, bool taken)
    {
        var value = Field(1, "deep"u8.ToArray());
        for (var i = 0; i < levels; i++)
        {
            value = Field(5, Field(1, value));
        }

        byte[] span = [.. Request(_ => { }).ResourceSpans[0].ScopeSpans[0].Spans[0].ToByteArray(), .. Field(9, [.. Field(1, "k"u8.ToArray()), .. Field(2, value)])];
        var request = Field(1, Field(2, Field(2, span)));

        if (taken)
        {
            (await ExportAsync(request)).ShouldBe((0, ""));
            await StillWorksAsync();
            return;
        }

        await RefusedAsync(request, 3, "the value of an attribute is nested too deeply");
    }

    [Theory]
    [InlineData(30, 200)]
    [InlineData(60, 400)]
    [InlineData(10_000, 400)]
    public async Task So_are_those_in_JSON(int levels, int status)
    {
        var text = new StringBuilder("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":\"00000000000000000000000000000abc\",\"spanId\":\"00000000000000ab\",\"attributes\":[{\"key\":\"k\",\"value\":");
        text.Insert(text.Length, "{\"arrayValue\":{\"values\":[", levels).Append("{\"intValue\":1}").Insert(text.Length, "]}}", levels).Append("}]}]}]}]}");

        (await PostAsync(Json, Encoding.UTF8.GetBytes(text.ToString()))).Status.ShouldBe(status);
        (await PostAsync(Json, Encoding.UTF8.GetBytes(new string('[', levels)))).Status.ShouldBe(400);
        (await PostAsync(Json, Encoding.UTF8.GetBytes("{\"unknown\":" + new string('[', 10_000) + new string(']', 10_000) + "}"))).Status.ShouldBe(400);
        await StillWorksAsync();
    }

    [Fact]
    public async Task Text_that_is_no_UTF8_is_taken_and_repaired()
    {
        var bytes = Bytes(span =>
        {
            span.Name = "name-xx";
            span.Attributes.Add(new KeyValue { Key = "key-xx", Value = new() { StringValue = "value-xx" } });
        });
        for (var at = 0; at < bytes.Length - 1; at++)
        {
            if (bytes.AsSpan(at).StartsWith("-xx"u8))
            {
                bytes[at + 1] = 0xff;
            }
        }

        (await ExportAsync(bytes)).ShouldBe((0, ""));

        var got = await Sending.GetAsync(_tempo.Http, $"/api/traces/{_sent:x32}");
        var span = got.ResourceSpans[0].ScopeSpans[0].Spans[0];
        (span.Name, span.Attributes[0].Key, span.Attributes[0].Value.StringValue).ShouldBe(("name-\ufffdx", "key-\ufffdx", "value-\ufffdx"));
    }

    [Fact]
    public async Task Attributes_are_cut_at_2048_bytes_and_a_request_sent_twice_is_kept_once()
    {
        var request = Request(span =>
        {
            span.Attributes.Add(new KeyValue { Key = new string('k', 3000), Value = new() { StringValue = new string('ä', 2000) } });
            span.Attributes.Add(new KeyValue { Key = "list", Value = new() { ArrayValue = new() { Values = { new AnyValue { StringValue = new string('l', 3000) } } } } });
            span.Attributes.Add(new KeyValue { Key = "nothing" });
            span.ParentSpanId = ByteString.CopyFrom(new byte[8]);
        });
        var spans = request.ResourceSpans[0].ScopeSpans[0].Spans;
        spans.Add(spans[0].Clone());
        (await ExportAsync(request.ToByteArray())).ShouldBe((0, ""));
        (await ExportAsync(request.ToByteArray())).ShouldBe((0, ""));

        var got = await Sending.GetAsync(_tempo.Http, $"/api/traces/{_sent:x32}");

        // What a request repeats within itself stays, as in Tempo.
        var kept = got.ResourceSpans.ShouldHaveSingleItem().ScopeSpans.ShouldHaveSingleItem().Spans;
        kept.Count.ShouldBe(2);
        var span = kept[0];
        span.ParentSpanId.ShouldBeEmpty();
        span.Attributes.Select(attribute => attribute.Key.Length).ShouldBe([2048, 4, 7]);
        span.Attributes[0].Value.StringValue.ShouldBe(new string('ä', 1024));
        span.Attributes[1].Value.ArrayValue.Values[0].StringValue.Length.ShouldBe(3000);
        span.Attributes[2].Value.ShouldNotBeNull();
        (await _tempo.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).ShouldContain("tempo_distributor_attributes_truncated_total{tenant=\"single-tenant\"} 8");
    }

    [Fact]
    public async Task Fields_in_any_order_and_sent_in_pieces_are_one_trace()
    {
        var span = Request(_ => { }).ResourceSpans[0].ScopeSpans[0].Spans[0];
        var first = new Resource { Attributes = { new KeyValue { Key = "a", Value = new() { IntValue = 1 } } } }.ToByteArray();
        var second = new Resource { Attributes = { new KeyValue { Key = "b", Value = new() { IntValue = 2 } } } }.ToByteArray();
        // Spans before their resource, the resource in two pieces, an unknown field, and no scope at all.
        byte[] batch = [.. Field(2, Field(2, span.ToByteArray())), .. Field(3, "schema"u8.ToArray()), .. Field(1, first), .. Field(77, [1, 2]), .. Field(1, second)];

        (await ExportAsync(Field(1, batch))).ShouldBe((0, ""));

        var got = (await Sending.GetAsync(_tempo.Http, $"/api/traces/{_sent:x32}")).ResourceSpans.ShouldHaveSingleItem();
        got.Resource.Attributes.Select(attribute => attribute.Key).ShouldBe(["a", "b"]);
        got.SchemaUrl.ShouldBe("schema");
        got.ScopeSpans[0].Scope.ShouldNotBeNull();
        got.ScopeSpans[0].Spans[0].Status.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("zstd")]
    [InlineData("snappy")]
    public async Task Compressed_bodies_are_taken_and_bombs_are_not(string encoding)
    {
        var good = Bytes(_ => { });
        (await PostAsync(Protobuf, Compress(encoding, good), encoding)).Status.ShouldBe(200);
        (await ExportAsync(Compress(encoding, good), encoding)).ShouldBe((0, ""));
        await FoundAsync();

        var bomb = Compress(encoding, new byte[100_000_000]);
        bomb.Length.ShouldBeLessThan(6_000_000);
        var (status, message) = await PostAsync(Protobuf, bomb, encoding);
        (status, Status.Parser.ParseFrom(message).Message).ShouldBe((400, "http: request body too large"));
        (await ExportAsync(bomb, encoding)).Status.ShouldBe(8);

        var torn = Compress(encoding, good);
        (await PostAsync(Protobuf, torn[..^3], encoding)).Status.ShouldBe(400);
        (await PostAsync(Protobuf, [], encoding)).Status.ShouldBe(400);
        await StillWorksAsync();
    }

    [Fact]
    public async Task Snappy_comes_in_blocks_too()
    {
        (await PostAsync(Protobuf, Snappy.CompressToArray(Bytes(_ => { })), "snappy")).Status.ShouldBe(200);
        await FoundAsync();
        (await PostAsync(Protobuf, Snappy.CompressToArray(new byte[30_000_000]), "snappy")).Status.ShouldBe(400);
        (await PostAsync(Protobuf, [0xff, 0xff, 0xff, 0xff, 0x0f, 1], "snappy")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task What_is_no_gRPC_of_this_service_is_told_so()
    {
        (await ExportAsync(Bytes(_ => { }), "br")).ShouldBe((12, "grpc: Decompressor is not installed for grpc-encoding \"br\""));
        (await ExportAsync(Bytes(_ => { }), path: "/opentelemetry.proto.collector.trace.v1.TraceService/Import")).Status.ShouldBe(12);
        (await ExportAsync(Bytes(_ => { }), path: "/tempopb.StreamingQuerier/Search")).ShouldBe((12, "unknown service tempopb.StreamingQuerier"));
        (await SendAsync([0, 0, 0, 0, 9, 1, 2], "")).Status.ShouldBe(13);
        (await SendAsync([0, 0, 0, 0, 1, 1, 2], "")).Status.ShouldBe(13);
        (await SendAsync([0, 0], "")).Status.ShouldBe(13);
        (await SendAsync([0, 0x7f, 0xff, 0xff, 0xff], "")).ShouldBe((8, "grpc: received message larger than max (2147483647 vs. 4194304)"));
        await StillWorksAsync();
    }

    [Fact]
    public async Task A_small_request_that_would_become_a_huge_one_is_refused()
    {
        var request = Request(_ => { });
        var scope = request.ResourceSpans[0].ScopeSpans[0];
        request.ResourceSpans[0].Resource = new() { Attributes = { new KeyValue { Key = "k", Value = new() { ArrayValue = new() { Values = { Enumerable.Repeat(new AnyValue { StringValue = new string('x', 1000) }, 1000) } } } } } };
        for (var i = 0; i < 400; i++)
        {
            var span = scope.Spans[0].Clone();
            span.TraceId = ByteString.CopyFrom(new TraceId16(77, (ulong)i + 1).ToByteArray());
            scope.Spans.Add(span);
        }

        await RefusedAsync(request.ToByteArray(), 3, "the request's traces with their resources take more than 268435456 bytes");
    }

    private async Task RefusedAsync(byte[] request, int code, string message)
    {
        (await ExportAsync(request)).ShouldBe((code, (code == 13 ? "grpc: error unmarshalling request: " : "") + message));
        var (status, body) = await PostAsync(Protobuf, request);
        (status, Status.Parser.ParseFrom(body).Message).ShouldBe((400, message));
        await StillWorksAsync();
    }

    private async Task StillWorksAsync()
    {
        (await ExportAsync(Bytes(_ => { }))).ShouldBe((0, ""));
        await FoundAsync();
    }

    private async Task FoundAsync() => (await Sending.GetAsync(_tempo.Http, $"/api/traces/{_sent:x32}")).ResourceSpans.Count.ShouldBe(1);

    private async Task<(int Status, byte[] Body)> PostAsync(string type, byte[] body, string encoding = "")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.Add("Content-Type", type);
        if (encoding.Length > 0)
        {
            content.Headers.Add("Content-Encoding", encoding);
        }

        using var response = await _tempo.Http.PostAsync(new Uri(_tempo.Address(ListenerRole.OtlpHttp), "v1/traces"), content, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    private Task<(int Status, string Message)> ExportAsync(byte[] message, string encoding = "", string path = "/opentelemetry.proto.collector.trace.v1.TraceService/Export")
    {
        var frame = new byte[5 + message.Length];
        frame[0] = (byte)(encoding.Length > 0 ? 1 : 0);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return SendAsync(frame, encoding, path);
    }

    private async Task<(int Status, string Message)> SendAsync(byte[] frame, string encoding, string path = "/opentelemetry.proto.collector.trace.v1.TraceService/Export")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_tempo.Address(ListenerRole.OtlpGrpc), path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame),
        };
        request.Content.Headers.Add("Content-Type", "application/grpc");
        request.Headers.Add("te", "trailers");
        if (encoding.Length > 0)
        {
            request.Headers.Add("grpc-encoding", encoding);
        }

        using var response = await _tempo.Http.SendAsync(request, TestContext.Current.CancellationToken);
        await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return response.TrailingHeaders.TryGetValues("grpc-status", out var status) || response.Headers.TryGetValues("grpc-status", out status)
            ? (int.Parse(status.Single(), System.Globalization.CultureInfo.InvariantCulture), response.Headers.TryGetValues("grpc-message", out var text) ? Uri.UnescapeDataString(text.Single()) : "")
            : throw new InvalidOperationException("The answer has no grpc-status.");
    }

    private static byte[] Compress(string encoding, byte[] plain)
    {
        using var bytes = new MemoryStream();
        using (Stream stream = encoding switch
        {
            "gzip" => new GZipStream(bytes, CompressionLevel.Fastest),
            "deflate" => new ZLibStream(bytes, CompressionLevel.Fastest),
            "zstd" => new CompressionStream(bytes, leaveOpen: true),
            _ => new SnappyStream(bytes, CompressionMode.Compress, leaveOpen: true),
        })
        {
            stream.Write(plain);
        }

        return bytes.ToArray();
    }

    private byte[] Bytes(Action<Span> change) => Request(change).ToByteArray();

    private ExportTraceServiceRequest Request(Action<Span> change)
    {
        var now = (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000;
        var span = new Span
        {
            TraceId = ByteString.CopyFrom(new TraceId16(0, (ulong)++_sent).ToByteArray()),
            SpanId = Id(8),
            Name = "one",
            StartTimeUnixNano = now,
            EndTimeUnixNano = now + 5,
        };
        change(span);
        return new() { ResourceSpans = { new ResourceSpans { Resource = new(), ScopeSpans = { new ScopeSpans { Scope = new(), Spans = { span } } } } } };
    }

    private static ByteString Id(int length) => ByteString.CopyFrom([.. Enumerable.Repeat((byte)0xab, length)]);

    private static byte[] Field(int number, byte[] content)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
        {
            output.WriteTag(number, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(UnsafeByteOperations.UnsafeWrap(content));
        }

        return bytes.ToArray();
    }
}
