using System.IO.Enumeration;

namespace TempoCos.IbmCloud.Faults;

/// <summary>What the rules of the fault plan look at.</summary>
/// <param name="Operation">S3's or the control plane's name.</param>
/// <param name="Bucket">Empty when there is none.</param>
/// <param name="Keys">The object's key; of the control plane the resource's id and name.</param>
/// <param name="AccessKey">Who asks; empty when nobody is named.</param>
/// <param name="Headers">The request's headers.</param>
/// <param name="Query">The request's query.</param>
public sealed record FaultSubject(string Operation, string Bucket, IReadOnlyList<string> Keys, string AccessKey, IHeaderDictionary Headers, IQueryCollection Query)
{
    public bool Fits(Fault fault) =>
        (fault.Operation == Fault.Any || fault.Operation.Split(',', StringSplitOptions.TrimEntries).Contains(Operation))
        && Matches(fault.Bucket, Bucket)
        && Keys.Any(key => Matches(fault.Key, key))
        && Matches(fault.AccessKey, AccessKey)
        && (fault.Headers ?? []).All(pair => Headers.TryGetValue(pair.Key, out var value) && Matches(pair.Value, value.ToString()))
        && (fault.Query ?? []).All(pair => Query.TryGetValue(pair.Key, out var value) && Matches(pair.Value, value.ToString()));

    /// <summary>An operation on a bucket has no key, and a star stands for that too.</summary>
    private static bool Matches(string pattern, string text) => pattern == Fault.Any || FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: false);
}
