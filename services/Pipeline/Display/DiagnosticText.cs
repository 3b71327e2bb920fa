using TempoCos.Contracts;

namespace TempoCos.Pipeline.Display;

/// <summary>An error as the user reads it: what, why, fix.</summary>
internal static class DiagnosticText
{
    public static void Write(TextWriter writer, DiagnosticException diagnostic)
    {
        writer.WriteLine($"tempocos: {diagnostic.Code}: {diagnostic.Reason}");
        writer.WriteLine($"  value: {diagnostic.Value}");
        writer.WriteLine($"  fix:   {diagnostic.Fix}");
    }
}
