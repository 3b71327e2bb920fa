namespace TempoCos.Pipeline.Commands;

/// <summary>What a command's end means to a script.</summary>
internal static class ExitCode
{
    public const int Proven = 0;
    public const int RungFailed = 1;
    public const int Usage = 2;
    public const int Environment = 3;
    public const int Leftovers = 4;
    public const int Interrupted = 130;
}
