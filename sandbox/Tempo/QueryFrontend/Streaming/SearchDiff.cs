using Google.Protobuf;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.QueryFrontend.Streaming;

/// <summary>What a client of a search does not have yet: traces that are new or changed, and the metrics so far.</summary>
internal sealed class SearchDiff
{
    private readonly Dictionary<string, ByteString> _sent = [];

    public SearchResponse Next(SearchResponse answer)
    {
        var diff = new SearchResponse { Metrics = answer.Metrics };
        foreach (var trace in answer.Traces)
        {
            var content = trace.ToByteString();
            if (!_sent.TryGetValue(trace.TraceId, out var known) || !known.Equals(content))
            {
                _sent[trace.TraceId] = content;
                diff.Traces.Add(trace);
            }
        }

        return diff;
    }
}
