namespace TempoCos.Tempo.TraceQL.Stages;

/// <summary>A pipeline that ends in an aggregate: parsed and checked, never carried out.</summary>
public sealed class ScalarPipeline(Pipeline pipeline, Aggregate aggregate) : Scalar
{
    public override StaticType Type => aggregate.Type;

    public override IEnumerable<Attribute> Attributes => pipeline.Attributes.Concat(aggregate.Attributes);

    public override void Validate()
    {
        pipeline.Validate();
        aggregate.Validate();
    }

    public override string ToString() => $"{pipeline}|{aggregate}";
}
