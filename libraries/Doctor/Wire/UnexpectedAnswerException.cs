namespace TempoCos.Doctor.Wire;

/// <summary>An answer that a check did not count with: its finding, not a defect.</summary>
internal sealed class UnexpectedAnswerException(S3Answer answer)
    : Exception($"{answer.Ask} was answered with {answer.Outcome}{(answer.Message.Length > 0 ? $": {answer.Message}" : "")}")
{
    public S3Answer Answer { get; } = answer;
}
