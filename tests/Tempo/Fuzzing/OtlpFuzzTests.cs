using System.Text;
using Google.Protobuf;
using TempoCos.Tempo.Distributor;
using TempoCos.Tempo.Distributor.Export;
using TempoCos.Tempo.Distributor.Json;
using TempoCos.Tempo.Http;
using TempoCos.TempoBlocks.Tests.Fuzzing;

namespace TempoCos.Tempo.Tests.Fuzzing;

/// <summary>Whatever is sent, it is taken or refused with a reason: see <see cref="FuzzRun"/> for seeds and time.</summary>
public sealed class OtlpFuzzTests
{
    private const int Seconds = 3;

    private const string Json = """
        {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"a"}},{"key":"n","value":{"kvlistValue":{"values":[{"key":"x","value":{"arrayValue":{"values":[{"intValue":"1"},{"doubleValue":0.5},{"boolValue":true},{"bytesValue":"AAE="},{}]}}}]}}}],"droppedAttributesCount":1},"schemaUrl":"u",
        "scopeSpans":[{"scope":{"name":"s","version":"1","attributes":[]},"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708","parentSpanId":"","traceState":"a=b","flags":257,"name":"op é \u00e9 \ud83d\ude00","kind":2,"startTimeUnixNano":"1795255200000000000","endTimeUnixNano":1795255200000000001,
        "events":[{"timeUnixNano":"1","name":"e","attributes":[{"key":"k","value":{"intValue":-9223372036854775808}}]}],"links":[{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708"}],"status":{"message":"m","code":"STATUS_CODE_ERROR"}}]}]}]}
        """;

    private static readonly string[] Fragments =
        ["null", "true", "-1", "1e999", "\"\"", "\"\\ud800\"", "[]", "{}", "[[", "{\"a\":", "\"NaN\"", "18446744073709551616", "\"0x1\"", ",", "\0", "\u00ff", "{\"kvlistValue\":{\"values\":[", "\"zz\""];

    [Fact]
    public Task Garbled_JSON_is_taken_or_refused() => FuzzRun.RunAsync(
        random =>
        {
            var json = Encoding.UTF8.GetBytes(GarbledText(random));
            for (var flips = random.Next(3); flips > 0; flips--)
            {
                json[random.Next(json.Length)] ^= (byte)(1 << random.Next(8));
            }

            Read(json);
            return Task.CompletedTask;
        },
        Seconds,
        fixedRounds: 5_000);

    [Fact]
    public async Task Garbled_exports_are_taken_or_refused_and_the_process_stays()
    {
        using var directory = new TemporaryDirectory();
        await using var tempo = await SingleProcess.StartAsync(directory);
        using var client = new HttpClient { BaseAddress = tempo.Address(ListenerRole.OtlpHttp) };
        var sound = OtlpJsonReader.Read(Encoding.UTF8.GetBytes(Json)).ToByteArray();
        await FuzzRun.RunAsync(
            async random =>
            {
                var (type, bytes) = random.Next(2) == 0 ? ("application/json", Encoding.UTF8.GetBytes(GarbledText(random))) : ("application/x-protobuf", GarbledBytes(random, sound));
                (await PostAsync(client, type, bytes)).ShouldBeOneOf([200, 400, 413, 429], Convert.ToHexString(bytes));
            },
            Seconds,
            fixedRounds: 300);
        (await PostAsync(client, "application/json", Encoding.UTF8.GetBytes(Json))).ShouldBe(200);
        (await PostAsync(client, "application/x-protobuf", sound)).ShouldBe(200);
    }

    [Theory]
    [InlineData("{\"arrayValue\":{\"values\":[", "]}}")]
    [InlineData("{\"kvlistValue\":{\"values\":[{\"key\":\"k\",\"value\":", "}]}}")]
    public void A_hundred_thousand_levels_are_refused(string open, string close)
    {
        var value = string.Concat(Enumerable.Repeat(open, 100_000)) + "{\"intValue\":1}" + string.Concat(Enumerable.Repeat(close, 100_000));
        var json = Json.Replace("{\"stringValue\":\"a\"}", value, StringComparison.Ordinal);
        Should.Throw<PushFailureException>(() => OtlpJsonReader.Read(Encoding.UTF8.GetBytes(json))).Message.ShouldContain("nested too deeply");
    }

    private static async Task<int> PostAsync(HttpClient client, string type, byte[] bytes)
    {
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new(type);
        using var response = await client.PostAsync("/v1/traces", content, TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }

    private static byte[] GarbledBytes(Random random, byte[] sound)
    {
        var bytes = random.Next(4) == 0 ? sound[..random.Next(sound.Length)] : sound.ToArray();
        for (var flips = random.Next(1, 6); flips > 0 && bytes.Length > 0; flips--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }

    // What cannot be read is refused with what the receiver answers as the sender's fault.
    private static void Read(byte[] json)
    {
        try
        {
            OtlpJsonReader.Read(json).CalculateSize();
        }
        catch (Exception e) when (e is MalformedExportException or PushFailureException)
        {
            e.Message.ShouldNotBeEmpty();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"'{Encoding.Latin1.GetString(json)}' ended with {e.GetType().Name}: {e.Message}", e);
        }
    }

    private static string GarbledText(Random random)
    {
        var json = Json;
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = random.Next(json.Length);
            var end = Math.Min(json.Length, at + random.Next(1, 30));
            json = random.Next(5) switch
            {
                0 => json[..at] + json[end..],
                1 => json[..at] + Fragments[random.Next(Fragments.Length)] + json[at..],
                _ => Value(random, json),
            };
        }

        return json.Length == 0 ? " " : json;
    }

    // One value becomes another one, so that the JSON stays whole.
    private static string Value(Random random, string json)
    {
        var start = json.IndexOf(':', random.Next(json.Length));
        var end = start < 0 ? -1 : json.AsSpan(start + 1).IndexOfAny(",}]");
        return end < 0 ? json : json[..(start + 1)] + Fragments[random.Next(Fragments.Length)] + json[(start + 1 + end)..];
    }
}
