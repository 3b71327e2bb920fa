using System.Text.Json.Nodes;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Operator.Admission;

/// <summary>What a validating webhook finds: faults that refuse the object, and warnings that go along with the answer.</summary>
public sealed class Faults
{
    private readonly List<FieldError> errors = [];
    private readonly List<string> warnings = [];

    public IReadOnlyList<string> Warnings => warnings;

    public void Invalid(string field, JsonNode? value, string detail) =>
        errors.Add(new FieldError("FieldValueInvalid", field, $"Invalid value: {(value is null ? "\"\"" : value.Text() is { } text ? $"\"{text}\"" : value.ToJsonString())}: {detail}"));

    public void Duplicate(string field, string value) => errors.Add(new FieldError("FieldValueDuplicate", field, $"Duplicate value: \"{value}\""));

    public void Required(string field, string detail) => errors.Add(FieldError.Required(field, detail));

    public void Warn(string text) => warnings.Add(text);

    /// <exception cref="ApiException">There are faults.</exception>
    public void Refuse(string webhook, string kind, string name)
    {
        if (errors.Count > 0)
        {
            var refusal = ApiException.Invalid(kind, "tempo.grafana.com", name, errors);
            throw new ApiException(refusal.Code, refusal.Reason, $"admission webhook \"{webhook}\" denied the request: {refusal.Message}", refusal.Details);
        }
    }
}
