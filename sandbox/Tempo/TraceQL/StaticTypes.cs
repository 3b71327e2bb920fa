namespace TempoCos.Tempo.TraceQL;

/// <summary>Which types go together, and with which operators.</summary>
public static class StaticTypes
{
    public static bool IsNumeric(this StaticType type) => type is StaticType.Int or StaticType.Float or StaticType.Duration;

    public static bool IsArray(this StaticType type) => type is >= StaticType.IntArray and <= StaticType.BooleanArray;

    public static bool Matches(this StaticType type, StaticType other) =>
        type == other || type is StaticType.Attribute or StaticType.Nil || other is StaticType.Attribute or StaticType.Nil
        || (type.IsNumeric() && other.IsNumeric()) || type.MatchesElement(other);

    /// <summary>Whether one is an array whose elements go with the other.</summary>
    public static bool MatchesElement(this StaticType type, StaticType other) =>
        type.IsArray() ? type.Element().Matches(other) : other.IsArray() && other.Element().Matches(type);

    public static bool Allows(this StaticType type, FieldOperator found) => type switch
    {
        StaticType.Attribute => true,
        StaticType.Boolean or StaticType.BooleanArray => found.IsLogical() || found is FieldOperator.Equal or FieldOperator.NotEqual,
        StaticType.Int or StaticType.Float or StaticType.Duration or StaticType.IntArray or StaticType.FloatArray => !found.IsLogical() && !found.IsRegex(),
        StaticType.String or StaticType.StringArray => found.IsComparison(),
        StaticType.Nil or StaticType.Status or StaticType.Kind => found is FieldOperator.Equal or FieldOperator.NotEqual,
        _ => false,
    };

    private static StaticType Element(this StaticType array) => array switch
    {
        StaticType.IntArray => StaticType.Int,
        StaticType.FloatArray => StaticType.Float,
        StaticType.StringArray => StaticType.String,
        _ => StaticType.Boolean,
    };
}
