namespace TempoCos.Benchmarks;

/// <summary>A program did not do the work that was to be measured, so its time says nothing.</summary>
internal sealed class InvalidAnswerException(string message) : Exception(message);
