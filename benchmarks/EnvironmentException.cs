namespace TempoCos.Benchmarks;

/// <summary>This machine lacks something that the benchmarks need; the hint says what to do.</summary>
internal sealed class EnvironmentException(string message, string hint) : Exception(message)
{
    public string Hint { get; } = hint;
}
