namespace TempoCos.Tempo.TraceQL;

public enum AggregateKind
{
    Count,
    Max,
    Min,
    Avg,
    Sum,
}
