using System.Globalization;
using Google.Protobuf;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Wire;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.QueryFrontend;

/// <summary>The parameters of a question for one trace.</summary>
public static class TraceByIdParameters
{
    /// <summary>What is asked, of whom. Ingesters have neither blocks nor time ranges, so that these are not even read for them.</summary>
    public static (TraceByIdRequest Request, QuerySource[] Sources) Parse(HttpContext context)
    {
        var request = new TraceByIdRequest { TraceId = ByteString.CopyFrom(TraceId((string?)context.Request.RouteValues["id"] ?? "").ToByteArray()) };
        var sources = QueryParameters.Text(context, "mode") switch
        {
            "" or "all" => new[] { QuerySource.Ingesters, QuerySource.Blocks },
            "blocks" => [QuerySource.Blocks],
            "ingesters" => [QuerySource.Ingesters],
            "external" => [],
            var mode => throw HttpFailureException.BadRequest($"invalid value for mode {mode}"),
        };
        if (sources is [QuerySource.Ingesters])
        {
            return (request, sources);
        }

        request.BlockStart = Block(context, "blockStart", "blockstart");
        request.BlockEnd = Block(context, "blockEnd", "blockEnd");
        request.Start = Seconds(context, "start");
        request.End = Seconds(context, "end");
        if (request.Start != 0 && request.End != 0 && request.End <= request.Start)
        {
            throw HttpFailureException.BadRequest($"http parameter start must be before end. received start={request.Start} end={request.End}");
        }

        request.Rf1After = Rf1After(context);
        return sources.Length > 0 ? (request, sources) : throw new HttpFailureException(500, "external mode is not enabled\n");
    }

    private static TraceId16 TraceId(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsAsciiHexDigit(text[i]))
            {
                throw HttpFailureException.BadRequest($"trace IDs can only contain hex characters: invalid character '{text[i]}' at position {i + 1}");
            }
        }

        return TraceId16.TryParse(text, out var id) ? id : throw HttpFailureException.BadRequest("trace IDs can't be larger than 128 bits");
    }

    private static long Seconds(HttpContext context, string name)
    {
        var text = QueryParameters.Text(context, name);
        return text.Length == 0 ? 0
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value
            : throw HttpFailureException.BadRequest($"invalid {name}: {QueryParameters.NotANumber("ParseInt", text)}");
    }

    private static string Block(HttpContext context, string name, string shown)
    {
        var text = QueryParameters.Text(context, name);
        return text.Length == 0 ? ""
            : Guid.TryParse(text, out var block) ? block.ToString("d")
            : throw HttpFailureException.BadRequest($"invalid value for {shown}: {(text.Length == 36 ? "invalid UUID format" : $"invalid UUID length: {text.Length}")}");
    }

    private static long Rf1After(HttpContext context)
    {
        var text = QueryParameters.Text(context, "rf1After");
        return text.Length == 0 ? 0
            : text.Contains('T', StringComparison.Ordinal) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.ToUnixTimeSeconds()
            : throw HttpFailureException.BadRequest($"invalid rf1After: parsing time \"{text}\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"{text}\" as \"2006\"");
    }
}
