namespace TempoCos.Tempo.TraceQL;

/// <summary>A query that is none, or makes no sense, or cannot be carried out.</summary>
public sealed class TraceQLException(string message) : Exception(message);
