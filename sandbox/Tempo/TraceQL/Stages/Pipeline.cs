namespace TempoCos.Tempo.TraceQL.Stages;

/// <summary>Stages one after the other; in brackets it is an operand too.</summary>
public sealed class Pipeline(IReadOnlyList<Stage> stages) : Stage
{
    public IReadOnlyList<Stage> Stages => stages;

    public override IEnumerable<Attribute> Attributes => stages.SelectMany(stage => stage.Attributes);

    public Pipeline With(Stage stage) => new([.. stages, stage]);

    public override void Validate()
    {
        foreach (var stage in stages)
        {
            stage.Validate();
        }
    }

    public override List<Spanset> Evaluate(List<Spanset> input)
    {
        foreach (var stage in stages)
        {
            input = stage.Evaluate(input);
            if (input.Count == 0)
            {
                return [];
            }
        }

        return input;
    }

    public override string ToString() => string.Join('|', stages);
}
