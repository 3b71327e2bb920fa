namespace Aspire.Hosting.ApplicationModel;

public sealed class HttpCommandOptions
{
    public string? Description { get; set; }
    public string? ConfirmationMessage { get; set; }

    /// <summary>Name of a Fluent UI icon.</summary>
    public string? IconName { get; set; }

    /// <summary>Whether the command stands in the list of resources.</summary>
    public bool IsHighlighted { get; set; }
}
