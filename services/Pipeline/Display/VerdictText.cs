using TempoCos.Contracts;

namespace TempoCos.Pipeline.Display;

/// <summary>A verdict in words.</summary>
internal static class VerdictText
{
    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.Proven => "proven",
        Verdict.Failed => "failed",
        Verdict.NotShown => "not shown",
        _ => "none",
    };
}
