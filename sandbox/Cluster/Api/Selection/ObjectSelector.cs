using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Api.Selection;

/// <summary>What a request's <c>labelSelector</c> and <c>fieldSelector</c> leave of a list.</summary>
public sealed record ObjectSelector(LabelSelector Labels, FieldSelector Fields)
{
    public static ObjectSelector Of(IQueryCollection query, ResourceType type)
    {
        var fields = FieldSelector.Parse(query["fieldSelector"]);
        foreach (var field in fields.Fields)
        {
            SelectableFields.Check(type, field);
        }

        return new(LabelSelector.Parse(query["labelSelector"]), fields);
    }

    public bool Matches(StoredObject stored) => Labels.Matches(stored.Labels) && (Fields.IsEmpty || Fields.Matches(stored.ToObject()));
}
