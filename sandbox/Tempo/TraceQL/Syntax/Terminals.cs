namespace TempoCos.Tempo.TraceQL.Syntax;

/// <summary>
/// The language's terminals. Their order counts: an error that lists what was expected lists it in this one. Words and signs are named by their text.
/// </summary>
internal static class Terminals
{
    public const int End = 1;
    public const int Identifier = 4;
    public const int Text = 5;
    public const int Integer = 6;
    public const int Float = 7;
    public const int Duration = 8;

    // The first three are the parser's own: they are never expected.
    private static readonly string[] Own = ["", "$end", "", ""];
    private static readonly string[] Classes = ["IDENTIFIER", "STRING", "INTEGER", "FLOAT", "DURATION"];

    private const string Signs =
        ". { } ( ) , nil true false error ok unset unspecified internal server client producer consumer duration childCount name status statusMessage parent kind "
        + "rootName rootServiceName rootService traceDuration nestedSetLeft nestedSetRight nestedSetParent id traceID spanID parentID timeSinceStart version "
        + "parent. resource. span. trace: span: event: event. link: link. instrumentation: instrumentation. count avg max min sum by coalesce select END_ATTRIBUTE "
        + "rate count_over_time min_over_time max_over_time avg_over_time sum_over_time quantile_over_time histogram_over_time compare topk bottomk with "
        + "| && || = != < <= > >= !~ =~ >> << ~ !> !< !>> !<< &> &< &>> &<< &~ + - ! * / % ^";

    private static readonly string[] Names = [.. Own, .. Classes, .. Signs.Split(' ')];
    private static readonly Dictionary<string, int> Ids = Names.Index().Where(pair => pair.Index >= Identifier).ToDictionary(pair => pair.Item, pair => pair.Index);

    public static int Count => Names.Length;

    /// <summary>After an attribute's name.</summary>
    public static int EndOfAttribute { get; } = Ids["END_ATTRIBUTE"];

    public static string Name(int terminal) => Names[terminal];

    public static int? Find(string text) => Ids.TryGetValue(text, out var id) ? id : null;

    /// <summary>The word or sign with this text; what tokens are classes of is none.</summary>
    public static int? FindSign(string text) => Ids.TryGetValue(text, out var id) && id > Duration && id != EndOfAttribute ? id : null;
}
