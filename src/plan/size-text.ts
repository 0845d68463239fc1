export { sizeText } from '../spec/size-text.ts'
