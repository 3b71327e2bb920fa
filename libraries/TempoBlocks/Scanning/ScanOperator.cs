namespace TempoCos.TempoBlocks.Scanning;

/// <summary>How a predicate compares a value with its operand. Values of another kind than the operand's never satisfy it.</summary>
public enum ScanOperator
{
    /// <summary>The target has a value of any kind; there is no operand.</summary>
    Exists,

    /// <summary>Equal.</summary>
    Equal,

    /// <summary>Of the same kind, and different.</summary>
    NotEqual,

    /// <summary>Less than the operand; strings by their code units, false before true.</summary>
    Less,

    /// <summary>Less than or equal to the operand.</summary>
    LessOrEqual,

    /// <summary>Greater than the operand.</summary>
    Greater,

    /// <summary>Greater than or equal to the operand.</summary>
    GreaterOrEqual,

    /// <summary>A string that the matcher accepts.</summary>
    Matches,

    /// <summary>A string that the matcher refuses.</summary>
    NotMatches,
}
