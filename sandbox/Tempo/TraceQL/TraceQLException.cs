namespace TempoCos.Tempo.TraceQL;

/// <summary>A query that is not TraceQL, or not of the right types; the message says where.</summary>
public sealed class TraceQLException(string message) : Exception(message);
