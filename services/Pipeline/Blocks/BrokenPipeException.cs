namespace TempoCos.Pipeline.Blocks;

/// <summary>Whoever read standard output has seen enough, as <c>head</c> does.</summary>
internal sealed class BrokenPipeException(IOException inner) : Exception(inner.Message, inner);
