export const uploadFiles = () => {
  throw new Error("This app has no file upload.");
};
