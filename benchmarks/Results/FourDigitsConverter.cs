using System.Text.Json;
using System.Text.Json.Serialization;

namespace TempoCos.Benchmarks.Results;

/// <summary>More digits than four say nothing about a measurement.</summary>
internal sealed class FourDigitsConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(Round(value));

    private static decimal Round(double value)
    {
        var digits = value == 0 ? 0 : Math.Clamp(3 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 10);
        return (decimal)Math.Round(value, digits);
    }
}
