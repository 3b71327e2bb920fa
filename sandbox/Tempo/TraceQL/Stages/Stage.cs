namespace TempoCos.Tempo.TraceQL.Stages;

/// <summary>A step of a pipeline: takes the spansets of one trace and gives those that go on.</summary>
public abstract class Stage
{
    /// <summary>The attributes that it reads.</summary>
    public abstract IEnumerable<Attribute> Attributes { get; }

    /// <exception cref="TraceQLException">It makes no sense.</exception>
    public abstract void Validate();

    /// <exception cref="TraceQLException">It cannot be done with these spansets.</exception>
    public abstract List<Spanset> Evaluate(List<Spanset> input);

    /// <summary>As an operand.</summary>
    protected static string Wrap(Stage stage) => $"({stage})";
}
