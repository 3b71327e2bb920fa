using System.Collections;
using System.Globalization;
using System.Text.RegularExpressions;
using Cel;
using Cel.Internal;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Schemas.Rules;

/// <summary>The language with the functions that Kubernetes adds to it, as far as they are known here.</summary>
public static class RuleLibrary
{
    private static readonly TimeSpan PatternLimit = TimeSpan.FromSeconds(1);
    private static readonly string[] Standard =
    [
        "bool", "bytes", "double", "duration", "dyn", "has", "int", "size", "string", "timestamp", "type", "uint",
        "contains", "endsWith", "startsWith", "matches", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getFullYear", "getHours", "getMilliseconds", "getMinutes", "getMonth", "getSeconds",
    ];

    private static readonly HashSet<string> Known = [.. Standard];

    public static CelEnvironment Environment { get; } = Create();

    private static readonly CelProgramDelegate ReadDuration = Environment.Compile("duration(text)");

    /// <summary>Variables that every expression has.</summary>
    public static IReadOnlyDictionary<string, object?> Variables { get; } = new Dictionary<string, object?> { ["sets"] = new RuleNamespace() };

    /// <summary>The macros, whose first argument names a variable.</summary>
    public static IReadOnlySet<string> Macros { get; } = new HashSet<string> { "all", "exists", "exists_one", "filter", "map" };

    /// <summary>Functions of Kubernetes that rules may use, but that are not evaluated here.</summary>
    public static IReadOnlySet<string> Foreign { get; } = new HashSet<string>
    {
        "ip", "cidr", "isCIDR", "family", "isUnspecified", "isLoopback", "isLinkLocalMulticast", "isLinkLocalUnicast", "isGlobalUnicast", "containsIP", "containsCIDR", "prefixLength", "masked",
        "url", "getScheme", "getHost", "getHostname", "getPort", "getEscapedPath", "getQuery", "semver", "isSemver", "major", "minor", "patch", "named", "validate", "format", "reverse", "quote",
        "authorizer", "optional", "or", "optMap", "optFlatMap", "transformList", "transformMap", "transformMapEntry", "existsOne", "distinct", "flatten", "sort", "sortBy", "slice", "range", "first", "last", "bind",
    };

    public static bool Knows(string function) => Known.Contains(function);

    public static object Duration(string text)
    {
        try
        {
            return ReadDuration(new Dictionary<string, object?> { ["text"] = text }) ?? text;
        }
        catch (CelException)
        {
            return text;
        }
    }

    private static CelEnvironment Create()
    {
        var environment = new CelEnvironment(null, null) { StrictTypeComparison = false };
        Strings(environment);
        Lists(environment);
        Quantities(environment);
        Add<string>(environment, "isURL", text => Uri.TryCreate(text, UriKind.Absolute, out _));
        Add<string>(environment, "isIP", text => System.Net.IPAddress.TryParse(text, out var address) && address.ToString() == text);
        Add<RuleOptional>(environment, "hasValue", optional => optional.HasValue);
        Add<RuleOptional>(environment, "value", optional => optional.HasValue ? optional.Value : throw new CelException("optional.none() dereference"));
        Add<RuleOptional, object>(environment, "orValue", (optional, other) => optional.HasValue ? optional.Value : other);
        return environment;
    }

    private static void Strings(CelEnvironment environment)
    {
        Add<string, long>(environment, "charAt", (text, at) => at == text.Length ? "" : text.Substring((int)at, 1));
        Add<string, string>(environment, "indexOf", (text, part) => (long)text.IndexOf(part, StringComparison.Ordinal));
        Add<string, string, long>(environment, "indexOf", (text, part, from) => (long)text.IndexOf(part, (int)from, StringComparison.Ordinal));
        Add<string, string>(environment, "lastIndexOf", (text, part) => (long)text.LastIndexOf(part, StringComparison.Ordinal));
        Add<string>(environment, "lowerAscii", text => text.ToLowerInvariant());
        Add<string>(environment, "upperAscii", text => text.ToUpperInvariant());
        Add<string>(environment, "trim", text => text.Trim());
        Add<string, string, string>(environment, "replace", (text, part, by) => text.Replace(part, by, StringComparison.Ordinal));
        Add<string, string>(environment, "split", (text, by) => Split(text, by, int.MaxValue));
        Add<string, string, long>(environment, "split", (text, by, most) => most == 0 ? Array.Empty<object?>() : Split(text, by, most < 0 ? int.MaxValue : (int)most));
        Add<string, long>(environment, "substring", (text, from) => text[(int)from..]);
        Add<string, long, long>(environment, "substring", (text, from, to) => text[(int)from..(int)to]);
        Add<string, string>(environment, "find", (text, pattern) => Regex.Match(text, GoPattern.Translate(pattern), RegexOptions.CultureInvariant, PatternLimit).Value);
        Add<string, string>(environment, "findAll", (text, pattern) =>
            Regex.Matches(text, GoPattern.Translate(pattern), RegexOptions.CultureInvariant, PatternLimit).Select(match => (object?)match.Value).ToArray());
        Add<string, string>(environment, "matches", (text, pattern) => Regex.IsMatch(text, GoPattern.Translate(pattern), RegexOptions.CultureInvariant, PatternLimit));
        Add<IList>(environment, "join", list => string.Concat(list.Cast<object?>()));
        Add<IList, string>(environment, "join", (list, between) => string.Join(between, list.Cast<object?>()));
    }

    private static void Lists(CelEnvironment environment)
    {
        Add<IList>(environment, "isSorted", list => list.Cast<object?>().Zip(list.Cast<object?>().Skip(1)).All(pair => Comparer.Default.Compare(pair.First, pair.Second) <= 0));
        Add<IList>(environment, "sum", list => list.Count > 0 && list[0] is double ? (object)list.Cast<double>().Sum() : list.Cast<long>().Sum());
        Add<IList>(environment, "min", list => list.Cast<object?>().Min());
        Add<IList>(environment, "max", list => list.Cast<object?>().Max());
        Add<IList, object>(environment, "indexOf", (list, item) => (long)list.IndexOf(item));
        Add<IList, object>(environment, "lastIndexOf", (list, item) => (long)list.Cast<object?>().ToList().LastIndexOf(item));
        Add<RuleNamespace, IList, IList>(environment, "contains", (_, all, some) => some.Cast<object?>().All(all.Contains));
        Add<RuleNamespace, IList, IList>(environment, "intersects", (_, one, other) => one.Cast<object?>().Any(other.Contains));
        Add<RuleNamespace, IList, IList>(environment, "equivalent", (_, one, other) => one.Cast<object?>().All(other.Contains) && other.Cast<object?>().All(one.Contains));
    }

    private static void Quantities(CelEnvironment environment)
    {
        Add<string>(environment, "isQuantity", text => Quantity.Find(text) is not null);
        Add<string>(environment, "quantity", text => Quantity.Find(text) is { } amount
            ? amount : throw new CelException("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"));
        Add<Quantity>(environment, "isInteger", amount => decimal.IsInteger(amount.Value) && amount.Value is >= long.MinValue and <= long.MaxValue);
        Add<Quantity>(environment, "asInteger", amount => (long)amount.Value);
        Add<Quantity>(environment, "asApproximateFloat", amount => (double)amount.Value);
        Add<Quantity>(environment, "sign", amount => (long)Math.Sign(amount.Value));
        Add<Quantity, Quantity>(environment, "add", (one, other) => one + other);
        Add<Quantity, Quantity>(environment, "sub", (one, other) => one with { Value = one.Value - other.Value });
        Add<Quantity, Quantity>(environment, "compareTo", (one, other) => (long)one.Value.CompareTo(other.Value));
        Add<Quantity, Quantity>(environment, "isLessThan", (one, other) => one.Value < other.Value);
        Add<Quantity, Quantity>(environment, "isGreaterThan", (one, other) => one.Value > other.Value);
    }

    private static object?[] Split(string text, string by, int most) =>
        by.Length > 0 ? [.. text.Split(by, most)] : [.. text.Select(one => (object?)one.ToString(CultureInfo.InvariantCulture))];

    private static void Add<T>(CelEnvironment environment, string name, Func<T, object?> function) =>
        Register(environment, name, [typeof(T)], given => function((T)given[0]!));

    private static void Add<T, T1>(CelEnvironment environment, string name, Func<T, T1, object?> function) =>
        Register(environment, name, [typeof(T), typeof(T1)], given => function((T)given[0]!, (T1)given[1]!));

    private static void Add<T, T1, T2>(CelEnvironment environment, string name, Func<T, T1, T2, object?> function) =>
        Register(environment, name, [typeof(T), typeof(T1), typeof(T2)], given => function((T)given[0]!, (T1)given[1]!, (T2)given[2]!));

    private static void Register(CelEnvironment environment, string name, Type[] types, CelFunctionDelegate function)
    {
        Known.Add(name);
        environment.RegisterFunction(name, types, function);
    }
}
