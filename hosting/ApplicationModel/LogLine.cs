namespace Aspire.Hosting.ApplicationModel;

/// <summary>A line of a console, with its time in front.</summary>
public readonly record struct LogLine(int LineNumber, string Content, bool IsErrorMessage);
