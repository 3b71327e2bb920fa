namespace TempoCos.Tempo.TraceQL;

/// <summary>Relations between spansets of one trace.</summary>
public enum SpansetRelation
{
    And,
    Or,
    Child,
    Parent,
    Descendant,
    Ancestor,
    Sibling,
}
