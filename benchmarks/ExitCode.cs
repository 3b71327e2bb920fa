namespace TempoCos.Benchmarks;

/// <summary>What the program ends with.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>A benchmark failed, or both programs answered differently.</summary>
    public const int Invalid = 1;

    public const int Usage = 2;

    /// <summary>A program or a file that a benchmark needs is missing.</summary>
    public const int Environment = 3;

    public const int Interrupted = 130;
}
