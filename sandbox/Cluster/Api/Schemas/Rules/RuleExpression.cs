using Cel;

namespace TempoCos.Cluster.Api.Schemas.Rules;

/// <summary>An expression of a rule, checked against the schema where it stands.</summary>
public sealed class RuleExpression
{
    private readonly CelProgramDelegate? program;

    public RuleExpression(string text, Schema schema, bool root, bool optionalOldSelf)
    {
        Text = text;
        if (text.Length == 0)
        {
            Problem = new RuleProblem("rule is not specified", IsForeign: false);
            return;
        }

        try
        {
            var parsed = RuleLibrary.Environment.Parse(text);
            var check = new RuleCheck(schema, root, optionalOldSelf);
            check.Start(parsed);
            UsesOldSelf = check.UsesOldSelf;
            Problem = check.Problem;
            program = Problem is null ? RuleLibrary.Environment.Compile(parsed) : null;
        }
        catch (CelException wrong)
        {
            Problem = new RuleProblem($"Syntax error: {wrong.Message.Split('\n')[0].Trim()}", IsForeign: false);
        }
    }

    public string Text { get; }

    public bool UsesOldSelf { get; }

    public RuleProblem? Problem { get; }

    /// <summary>Its value, or what stands against there being one.</summary>
    public (object? Value, string? Failure) Evaluate(object? self, object? oldSelf)
    {
        try
        {
            var variables = new Dictionary<string, object?>(RuleLibrary.Variables) { ["self"] = self, ["oldSelf"] = oldSelf };
            return (program!.Invoke(variables), null);
        }
        catch (CelException failure)
        {
            return (null, failure.Message);
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidCastException or InvalidOperationException or FormatException or OverflowException or NullReferenceException or System.Text.RegularExpressions.RegexMatchTimeoutException)
        {
            // The functions take their arguments as they come.
            return (null, failure.Message);
        }
    }
}
