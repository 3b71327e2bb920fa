namespace TempoCos.Tempo.TraceQL.Fetching;

/// <summary>Whose a value is.</summary>
public enum Level
{
    Span,
    Resource,
    Instrumentation,
    Event,
    Link,
    Trace,
}
