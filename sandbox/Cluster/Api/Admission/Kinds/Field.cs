using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Admission.Kinds;

/// <summary>A field that is checked: its value, the way to it, and the errors found so far, to which its own are added in the words of the API server.</summary>
public readonly record struct Field(JsonNode? Value, string Path, List<FieldError> Errors)
{
    private static readonly JsonSerializerOptions AsWritten = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public Field this[string name] => new(Value.At(name), Path.Length == 0 ? name : $"{Path}.{name}", Errors);

    public bool IsSet => Value is not null;

    public string Text => Value.Text() ?? "";

    public long? Number => Value.Number();

    public IReadOnlyList<Field> Items
    {
        get
        {
            var (path, errors) = (Path, Errors);
            return Value is JsonArray array ? [.. array.Select((item, index) => new Field(item, $"{path}[{index}]", errors))] : [];
        }
    }

    /// <summary>The entries of a map, each named by its key.</summary>
    public IReadOnlyList<(string Name, Field Field)> Entries
    {
        get
        {
            var (path, errors) = (Path, Errors);
            return Value is JsonObject map ? [.. map.Select(entry => (entry.Key, new Field(entry.Value, $"{path}[{entry.Key}]", errors)))] : [];
        }
    }

    private string Shown => Value switch
    {
        null => "null",
        JsonValue value when value.TryGetValue<string>(out var text) => $"\"{text}\"",
        _ => Value.ToJsonString(AsWritten),
    };

    /// <summary>The entry of a map, named by its key whether it is there or not.</summary>
    public Field Key(string key) => new(Value.At(key), $"{Path}[{key}]", Errors);

    /// <summary>The same field with another value to show.</summary>
    public Field Showing(JsonNode? value) => this with { Value = value };

    public void Required(string why = "") => Errors.Add(FieldError.Required(Path, why));

    public void Invalid(string why) => Errors.Add(new FieldError("FieldValueInvalid", Path, $"Invalid value: {Shown}: {why}"));

    public void Forbidden(string why) => Errors.Add(FieldError.Forbidden(Path, why));

    public void Duplicate() => Errors.Add(new FieldError("FieldValueDuplicate", Path, $"Duplicate value: {Shown}"));

    public void NotFound() => Errors.Add(new FieldError("FieldValueNotFound", Path, $"Not found: {Shown}"));

    public void TooLong(int most) => Errors.Add(new FieldError("FieldValueTooLong", Path, $"Too long: may not be more than {most} bytes"));

    public void NotSupported(params IEnumerable<string> supported) =>
        Errors.Add(new FieldError("FieldValueNotSupported", Path, $"Unsupported value: {Shown}: supported values: {string.Join(", ", supported.Select(one => $"\"{one}\""))}"));

    /// <summary>Of a user or a group.</summary>
    public void Identity()
    {
        if (Number is < 0)
        {
            Invalid("must be between 0 and 2147483647, inclusive");
        }
    }

    /// <summary>Something has to be there.</summary>
    public bool Demand(string why = "")
    {
        if (Value is null or JsonArray { Count: 0 } || (Value is JsonValue && Value.Text() is ""))
        {
            Required(why);
            return false;
        }

        return true;
    }

    /// <summary>If it is there, it is one of these.</summary>
    public void OneOf(params IEnumerable<string> supported)
    {
        if (IsSet && !supported.Contains(Text))
        {
            NotSupported(supported);
        }
    }

    public void NotNegative()
    {
        if (Number is < 0)
        {
            Invalid("must be greater than or equal to 0");
        }
    }

    /// <summary>If it is there, it is written as these words ask.</summary>
    public void Spelled(Func<string, IEnumerable<string>> rule)
    {
        if (Text.Length > 0)
        {
            foreach (var wrong in rule(Text))
            {
                Invalid(wrong);
            }
        }
    }

    public void DemandSpelled(Func<string, IEnumerable<string>> rule)
    {
        if (Demand())
        {
            Spelled(rule);
        }
    }

    public void Port()
    {
        if (Number is not (>= 1 and <= 65535))
        {
            (IsSet ? this : Showing(0)).Invalid("must be between 1 and 65535, inclusive");
        }
    }

    /// <summary>A number, or the name of a port of the pod's.</summary>
    public void PortOrName()
    {
        if (Value.Text() is { } name)
        {
            foreach (var wrong in Words.PortName(name))
            {
                Invalid(wrong);
            }
        }
        else
        {
            Port();
        }
    }

    /// <summary>A number, or a share as 25%.</summary>
    public void Share()
    {
        NotNegative();
        if (Value.Text() is { } text && (text.Length < 2 || text[^1] != '%' || !text[..^1].All(char.IsAsciiDigit)))
        {
            Invalid("a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')");
        }
    }
}
